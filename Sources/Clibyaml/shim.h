#ifndef STATESTORE_CLIBYAML_SHIM_H
#define STATESTORE_CLIBYAML_SHIM_H

#include <yaml.h>

#endif
