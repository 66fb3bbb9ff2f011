#ifndef STATESTORE_CLIBCRYPTO_SHIM_H
#define STATESTORE_CLIBCRYPTO_SHIM_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

// Swift does not import macros that combine others.
static const int shim_public_key = EVP_PKEY_PUBLIC_KEY;
static const int shim_key_pair = EVP_PKEY_KEYPAIR;

// The macros of these names have types that Swift does not see.
static const int shim_ed25519 = EVP_PKEY_ED25519;

#endif
