#ifndef STATESTORE_CMBEDTLS_SHIM_H
#define STATESTORE_CMBEDTLS_SHIM_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <stddef.h>

// What shim_rsa_sha256 returns for a key that can be read and is no RSA key.
#define SHIM_NOT_RSA 1

// Signs a SHA-256 digest with an RSA key in PEM, PKCS#1 or PKCS#8 (RSASSA-PKCS1-v1_5).
// mbed TLS 3 has other parameters, so that Swift cannot call both.
//
// key_size counts the zero byte at the end, without which mbed TLS does not take text for PEM.
static inline int shim_rsa_sha256(const unsigned char *key, size_t key_size, const unsigned char digest[32],
                                  unsigned char signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE],
                                  size_t *signature_size) {
  mbedtls_pk_context pair;
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_pk_init(&pair);
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random);
  int status = mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
#if MBEDTLS_VERSION_MAJOR >= 3
  if (status == 0) {
    status = mbedtls_pk_parse_key(&pair, key, key_size, NULL, 0, mbedtls_ctr_drbg_random, &random);
  }
  if (status == 0 && !mbedtls_pk_can_do(&pair, MBEDTLS_PK_RSA)) status = SHIM_NOT_RSA;
  if (status == 0) {
    status = mbedtls_pk_sign(&pair, MBEDTLS_MD_SHA256, digest, 32, signature, MBEDTLS_PK_SIGNATURE_MAX_SIZE,
                             signature_size, mbedtls_ctr_drbg_random, &random);
  }
#else
  if (status == 0) status = mbedtls_pk_parse_key(&pair, key, key_size, NULL, 0);
  if (status == 0 && !mbedtls_pk_can_do(&pair, MBEDTLS_PK_RSA)) status = SHIM_NOT_RSA;
  if (status == 0) {
    status = mbedtls_pk_sign(&pair, MBEDTLS_MD_SHA256, digest, 32, signature, signature_size,
                             mbedtls_ctr_drbg_random, &random);
  }
#endif
  mbedtls_pk_free(&pair);
  mbedtls_ctr_drbg_free(&random);
  mbedtls_entropy_free(&entropy);
  return status;
}

#endif
