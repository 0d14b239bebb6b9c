#pragma once
#include <curl/curl.h>

/// curl's variadic functions with their argument types spelt out, since Swift imports no variadic function.

CURLcode kn_set_long(CURL *handle, CURLoption option, long value);
CURLcode kn_set_size(CURL *handle, CURLoption option, curl_off_t value);
CURLcode kn_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode kn_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode kn_set_list(CURL *handle, CURLoption option, struct curl_slist *value);

typedef size_t (*kn_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*kn_prereq_callback)(void *context, char *remote, char *local, int remote_port, int local_port);
CURLcode kn_set_data_callback(CURL *handle, CURLoption option, kn_data_callback callback);
CURLcode kn_set_prereq_callback(CURL *handle, kn_prereq_callback callback);

/// 0 where curl has no answer.
long kn_get_long(CURL *handle, CURLINFO info);
curl_off_t kn_get_size(CURL *handle, CURLINFO info);
/// NULL where curl has no answer; curl owns the memory until the handle's next transfer.
const char *kn_get_text(CURL *handle, CURLINFO info);
const struct curl_certinfo *kn_get_certificates(CURL *handle);

/// The result in the union of a finished transfer's message.
CURLcode kn_message_result(const CURLMsg *message);

/// memfd_create(2), close-on-exec: a file without a name, readable through /proc/self/fd.
int kn_memory_file(void);
