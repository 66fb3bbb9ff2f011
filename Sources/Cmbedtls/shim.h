#ifndef STATESTORE_CMBEDTLS_SHIM_H
#define STATESTORE_CMBEDTLS_SHIM_H

#include <mbedtls/md.h>

#endif
