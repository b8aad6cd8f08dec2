package io.zerocloud.nvram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers in comments are those of the catalogue of behaviours. */
class GuestEnvironmentTest {
    private static RequestFacts request(Map<String, List<String>> headers) {
        return new RequestFacts(
                "POST",
                "/a",
                "/v1/a?x=1",
                "x=1",
                Optional.of("user,a"),
                "example.org:8080",
                headers,
                Optional.empty(),
                OptionalLong.empty());
    }

    @Test
    void the_request_as_cgi() {
        // 29, 30, 40
        assertThat(
                        GuestEnvironment.cgi(
                                request(
                                        Map.of(
                                                "X-Trans-Id",
                                                List.of("tx1"),
                                                "Accept",
                                                List.of("a", "b"))),
                                "sort",
                                "swift://a/c/exe"))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("GATEWAY_INTERFACE", "CGI/1.1"),
                                Map.entry("HTTP_ACCEPT", "a, b"),
                                Map.entry("HTTP_X_TRANS_ID", "tx1"),
                                Map.entry("PATH_INFO", "/a"),
                                Map.entry("QUERY_STRING", "x=1"),
                                Map.entry("REMOTE_USER", "user,a"),
                                Map.entry("REQUEST_METHOD", "POST"),
                                Map.entry("REQUEST_URI", "/v1/a?x=1"),
                                Map.entry("SCRIPT_FILENAME", "swift://a/c/exe"),
                                Map.entry("SCRIPT_NAME", "sort"),
                                Map.entry("SERVER_NAME", "example.org"),
                                Map.entry("SERVER_PORT", "8080"),
                                Map.entry("SERVER_PROTOCOL", "HTTP/1.0"),
                                Map.entry("SERVER_SOFTWARE", "zerocloud")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // 31
                "X-Auth-Token",
                "X-Storage-Token",
                "Cookie",
                "X-Backend-Anything",
                "x-backend",
                "X-Account-Sysmeta-A",
                "X-Container-Sysmeta-A",
                "X-Object-Sysmeta-A",
                "X-Object-Transient-Sysmeta-A",
                "Content-Type",
                "Content-Length",
                "Authorization",
                "Proxy-Authorization",
                "Proxy",
                "X-Service-Token",
                "X_Auth_Token",
                "x-AUTH_token",
                "Bad Name",
                "A=B"
            })
    void credentials_and_internals_never_reach_a_guest(String header) {
        assertThat(GuestEnvironment.cgi(request(Map.of(header, List.of("secret"))), "sort", "u"))
                .doesNotContainValue("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, example.org, 80",
        "example.org:, example.org, 80",
        "127.0.0.1:81, 127.0.0.1, 81",
        "[::1]:82, [::1], 82",
        "[::1], [::1], 80",
        "::1, ::1, 80",
    })
    void the_server_is_the_host_header(String host, String name, String port) {
        RequestFacts request =
                new RequestFacts(
                        "GET",
                        "/a",
                        "/",
                        "",
                        Optional.empty(),
                        host,
                        Map.of(),
                        Optional.empty(),
                        OptionalLong.empty());
        assertThat(GuestEnvironment.cgi(request, "s", "u"))
                .containsEntry("SERVER_NAME", name)
                .containsEntry("SERVER_PORT", port)
                .doesNotContainKeys("QUERY_STRING", "REMOTE_USER", "CONTENT_TYPE");
    }

    @Test
    void a_payload_has_type_and_length() {
        RequestFacts request =
                new RequestFacts(
                        "POST",
                        "/a",
                        "/",
                        "",
                        Optional.empty(),
                        "h",
                        Map.of(),
                        Optional.of("text/csv"),
                        OptionalLong.of(12));
        assertThat(GuestEnvironment.cgi(request, "s", "u"))
                .containsEntry("CONTENT_TYPE", "text/csv")
                .containsEntry("CONTENT_LENGTH", "12");
    }

    @Test
    void an_attached_object_that_is_read() {
        // 29
        assertThat(
                        GuestEnvironment.localRead(
                                "/dev/input",
                                "/a/c/o",
                                "text/plain",
                                7,
                                "etag",
                                "1.5",
                                "",
                                Map.of("key-1", "v", "odd,name", "w", "empty", "")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "LOCAL_OBJECT", "on",
                                "LOCAL_PATH_INFO", "/a/c/o",
                                "LOCAL_DOCUMENT_ROOT", "/dev/input",
                                "LOCAL_CONTENT_TYPE", "text/plain",
                                "LOCAL_CONTENT_LENGTH", "7",
                                "LOCAL_HTTP_ETAG", "etag",
                                "LOCAL_HTTP_X_TIMESTAMP", "1.5",
                                "LOCAL_HTTP_X_OBJECT_META_KEY_1", "v",
                                "LOCAL_HTTP_X_OBJECT_META_ODD_NAME", "w"));
    }

    @Test
    void an_attached_object_that_is_written() {
        // 28
        assertThat(
                        GuestEnvironment.localWrite(
                                "/dev/stdout", "/a/c/o", "text/plain", Map.of("key", "v")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "LOCAL_OBJECT", "on",
                                "LOCAL_PATH_INFO", "/a/c/o",
                                "LOCAL_DOCUMENT_ROOT", "/dev/stdout",
                                "LOCAL_CONTENT_TYPE", "text/plain",
                                "LOCAL_HTTP_X_OBJECT_META_KEY", "v"));
    }

    @Test
    void the_request_overrides_the_job_and_the_object_overrides_both() {
        assertThat(
                        GuestEnvironment.join(
                                Map.of(
                                        "A",
                                        "1",
                                        "HTTP_ACCEPT",
                                        "job",
                                        "LOCAL_OBJECT",
                                        "job",
                                        "REMOTE_USER",
                                        "root",
                                        "B",
                                        "1"),
                                Map.of("B", "2", "LOCAL_OBJECT", "cgi"),
                                Map.of("LOCAL_OBJECT", "on")))
                .containsExactly(
                        Map.entry("A", "1"),
                        Map.entry("B", "2"),
                        Map.entry("HTTP_ACCEPT", "job"),
                        Map.entry("LOCAL_OBJECT", "on"));
    }
}
