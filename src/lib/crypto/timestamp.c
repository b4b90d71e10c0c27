#include "lib/crypto/timestamp.h"

#include "base/buf.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

enum { TRUSTED_MAX = 1024 * 1024, POLICY_MAX = 128 };

static void req_freep(TS_REQ **req)
{
    TS_REQ_free(*req);
}

static void resp_freep(TS_RESP **resp)
{
    TS_RESP_free(*resp);
}

static void verify_ctx_freep(TS_VERIFY_CTX **ctx)
{
    TS_VERIFY_CTX_free(*ctx);
}

static void bio_freep(BIO **bio)
{
    BIO_free(*bio);
}

static Rc no_memory(Err *err)
{
    return err_set(err, RC_NOMEM, "out of memory while handling a time stamp");
}

/* ---- requests ---- */

static bool set_imprint(TS_REQ *req, const uint8_t digest[static CRYPTO_DIGEST_SIZE])
{
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    uint8_t copy[CRYPTO_DIGEST_SIZE];
    memcpy(copy, digest, sizeof copy);
    bool done = imprint && algorithm && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) &&
                TS_MSG_IMPRINT_set_algo(imprint, algorithm) && TS_MSG_IMPRINT_set_msg(imprint, copy, sizeof copy) &&
                TS_REQ_set_msg_imprint(req, imprint);
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return done;
}

static bool set_nonce(TS_REQ *req, uint64_t nonce)
{
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    bool done = number && ASN1_INTEGER_set_uint64(number, nonce) && TS_REQ_set_nonce(req, number);
    ASN1_INTEGER_free(number);
    return done;
}

Rc timestamp_request(Arena *arena, const uint8_t digest[static CRYPTO_DIGEST_SIZE], uint64_t nonce, Str *ret_der,
                     Err *err)
{
    CLEANUP(req_freep) TS_REQ *req = TS_REQ_new();
    if (!req || !TS_REQ_set_version(req, 1) || !set_imprint(req, digest) || !set_nonce(req, nonce) ||
        !TS_REQ_set_cert_req(req, 1))
        return no_memory(err);
    int n = i2d_TS_REQ(req, NULL);
    if (n <= 0)
        return no_memory(err);
    unsigned char *bytes = arena_alloc(arena, (size_t)n);
    unsigned char *end = bytes;
    if (i2d_TS_REQ(req, &end) != n)
        return no_memory(err);
    *ret_der = (Str){ (const char *)bytes, (size_t)n };
    return RC_OK;
}

/* ---- responses ---- */

static Rc parse(Str response, TS_RESP **ret, Err *err)
{
    const unsigned char *at = (const unsigned char *)response.p;
    if (response.n > TIMESTAMP_MAX)
        return err_set(err, RC_LIMIT, "a time stamp is larger than %d bytes", TIMESTAMP_MAX);
    TS_RESP *resp = response.n ? d2i_TS_RESP(NULL, &at, (long)response.n) : NULL;
    ERR_clear_error();
    if (!resp || at != (const unsigned char *)response.p + response.n) {
        TS_RESP_free(resp);
        return err_set(err, RC_PARSE, "this is no time stamp response (RFC 3161)");
    }
    *ret = resp;
    return RC_OK;
}

/* Granted, or granted with changes (RFC 3161, 2.4.2). */
static Rc check_granted(TS_RESP *resp, Err *err)
{
    TS_STATUS_INFO *info = TS_RESP_get_status_info(resp);
    long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
    if ((status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS) && TS_RESP_get_tst_info(resp))
        return RC_OK;
    const STACK_OF(ASN1_UTF8STRING) *texts = TS_STATUS_INFO_get0_text(info);
    const ASN1_UTF8STRING *text =
        texts && sk_ASN1_UTF8STRING_num(texts) > 0 ? sk_ASN1_UTF8STRING_value(texts, 0) : NULL;
    return err_set(err, RC_DENIED, "the time-stamping authority refused (status %ld%s%.*s)", status, text ? ": " : "",
                   text ? ASN1_STRING_length(text) : 0, text ? (const char *)ASN1_STRING_get0_data(text) : "");
}

static bool imprint_is(TS_TST_INFO *info, const uint8_t digest[static CRYPTO_DIGEST_SIZE])
{
    TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
    const ASN1_OBJECT *algorithm;
    X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
    const ASN1_OCTET_STRING *bytes = TS_MSG_IMPRINT_get_msg(imprint);
    return OBJ_obj2nid(algorithm) == NID_sha256 && ASN1_STRING_length(bytes) == CRYPTO_DIGEST_SIZE &&
           memcmp(ASN1_STRING_get0_data(bytes), digest, CRYPTO_DIGEST_SIZE) == 0;
}

static bool read_time(const ASN1_GENERALIZEDTIME *time, int64_t *ret_ms)
{
    struct tm tm;
    if (!ASN1_TIME_to_tm(time, &tm))
        return false;
    *ret_ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

static Str hex_of(Arena *arena, const ASN1_INTEGER *number)
{
    return hex_to_arena(arena, ASN1_STRING_get0_data(number), (size_t)ASN1_STRING_length(number));
}

static Str token_of(Arena *arena, TS_RESP *resp)
{
    PKCS7 *token = TS_RESP_get_token(resp);
    int n = i2d_PKCS7(token, NULL);
    unsigned char *bytes = arena_alloc(arena, n > 0 ? (size_t)n : 1);
    unsigned char *end = bytes;
    return n > 0 && i2d_PKCS7(token, &end) == n ? (Str){ (const char *)bytes, (size_t)n } : STR_NONE;
}

Rc timestamp_read(Arena *arena, Str response, const uint8_t digest[static CRYPTO_DIGEST_SIZE], Timestamp *ret, Err *err)
{
    CLEANUP(resp_freep) TS_RESP *resp = NULL;
    Timestamp t = { 0 };
    char policy[POLICY_MAX];
    TRY(parse(response, &resp, err));
    TRY(check_granted(resp, err));
    TS_TST_INFO *info = TS_RESP_get_tst_info(resp);
    if (!imprint_is(info, digest))
        return err_set(err, RC_INVALID, "the time stamp is over something else");
    if (!read_time(TS_TST_INFO_get_time(info), &t.at_ms))
        return err_set(err, RC_PARSE, "the time stamp has no readable time");
    const ASN1_INTEGER *nonce = TS_TST_INFO_get_nonce(info);
    if (nonce && !ASN1_INTEGER_get_uint64(&t.nonce, nonce))
        return err_set(err, RC_INVALID, "the time stamp's nonce is not ours");
    OBJ_obj2txt(policy, sizeof policy, TS_TST_INFO_get_policy_id(info), 1);
    t.policy = arena_str(arena, str_c(policy));
    t.serial = hex_of(arena, TS_TST_INFO_get_serial(info));
    t.token = token_of(arena, resp);
    *ret = t;
    return RC_OK;
}

/* ---- verification ---- */

static Rc load_trusted(Str pem, X509_STORE *store, Err *err)
{
    CLEANUP(bio_freep) BIO *bio = pem.n <= TRUSTED_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
    int n = 0;
    for (X509 *certificate; bio && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)); n++) {
        bool added = X509_STORE_add_cert(store, certificate);
        X509_free(certificate);
        if (!added)
            return err_set(err, RC_INVALID, "certificate %d of the trusted ones cannot be used", n + 1);
    }
    ERR_clear_error();
    return n > 0 ? RC_OK : err_set(err, RC_INVALID, "there is no certificate (PEM) to trust");
}

/* The chain must have been good when the token was made, not now: certificates end before archives do. */
static void judge_at(X509_STORE *store, TS_RESP *resp)
{
    int64_t at_ms = 0;
    if (read_time(TS_TST_INFO_get_time(TS_RESP_get_tst_info(resp)), &at_ms))
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(at_ms / 1000));
}

Rc timestamp_verify(Str response, const uint8_t digest[static CRYPTO_DIGEST_SIZE], Str trusted_pem, Err *err)
{
    CLEANUP(resp_freep) TS_RESP *resp = NULL;
    CLEANUP(verify_ctx_freep) TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
    X509_STORE *store = X509_STORE_new();
    unsigned char *imprint = OPENSSL_memdup(digest, CRYPTO_DIGEST_SIZE);
    if (!ctx || !store || !imprint) {
        X509_STORE_free(store);
        OPENSSL_free(imprint);
        return no_memory(err);
    }
    TS_VERIFY_CTX_set_store(ctx, store); /* both belong to ctx from here on */
    TS_VERIFY_CTX_set_imprint(ctx, imprint, CRYPTO_DIGEST_SIZE);
    TS_VERIFY_CTX_set_flags(ctx, TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_IMPRINT);
    TRY(load_trusted(trusted_pem, store, err));
    TRY(parse(response, &resp, err));
    TRY(check_granted(resp, err));
    judge_at(store, resp);
    if (TS_RESP_verify_response(ctx, resp) == 1)
        return RC_OK;
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return err_set(err, RC_DENIED, "the time stamp does not verify: %s", why ? why : "unknown reason");
}
