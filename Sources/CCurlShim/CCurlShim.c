#define _GNU_SOURCE
#include "CCurlShim.h"
#include <sys/mman.h>

CURLcode kn_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode kn_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode kn_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode kn_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode kn_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode kn_set_data_callback(CURL *handle, CURLoption option, kn_data_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

CURLcode kn_set_prereq_callback(CURL *handle, kn_prereq_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

long kn_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

curl_off_t kn_get_size(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

const char *kn_get_text(CURL *handle, CURLINFO info) {
    const char *value = NULL;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}

const struct curl_certinfo *kn_get_certificates(CURL *handle) {
    struct curl_certinfo *value = NULL;
    return curl_easy_getinfo(handle, CURLINFO_CERTINFO, &value) == CURLE_OK ? value : NULL;
}

CURLcode kn_message_result(const CURLMsg *message) {
    return message->data.result;
}

int kn_memory_file(void) {
    return memfd_create("trusted-certificates", MFD_CLOEXEC);
}
