package io.zerocloud.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.wire.KeptLink;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecognitionTest {
    private static Recognition of(String method, String target, Optional<String> execute) {
        return Recognition.of(method, target, execute, Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/a/c/o",
        "POST,/v1/a",
        "GET,/",
        "GET,//v1/a",
        "GET,/open",
        "GET,/open-with/a/c/o",
        "GET,/healthcheck",
        "GET,/kept/a/n",
        "OPTIONS,*"
    })
    void whatCarriesNoCommandIsSwifts(String method, String target) {
        assertThat(of(method, target, Optional.empty())).isEqualTo(new Recognition.PassThrough());
    }

    @Test
    void aCommandWithoutAnAccountIsSwiftsTooAndSwiftJudgesIt() {
        assertThat(of("POST", "/v1", Optional.of("1.0"))).isEqualTo(new Recognition.PassThrough());
        assertThat(of("POST", "//v1/a", Optional.of("1.0")))
                .isEqualTo(new Recognition.PassThrough());
    }

    @Test
    void aLinkToAKeptOutputIsOursWithoutACommand() {
        assertThat(of("GET", "/kept/AUTH_a/node1/j-1-1/stdout", Optional.empty()))
                .isEqualTo(
                        new Recognition.Kept(new KeptLink("AUTH_a", "node1", "j-1-1", "stdout")));
    }

    @Test
    void theHeaderBeatsTheUrl() {
        assertThat(of("POST", "/open/a/c/app", Optional.of("1.0")))
                .isInstanceOf(Recognition.Job.class);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/v1/a,2.0,UNKNOWN_COMMAND",
        "POST,/v1/a,'',UNKNOWN_COMMAND",
        "GET,/v1/a,1.0,NOT_IMPLEMENTED",
        "PATCH,/v1/a,1.0,BAD_METHOD",
        "POST,/v1/a,open/1.0,BAD_URL",
        "POST,/v1/a,api/1.0,BAD_URL",
        "POST,/v1/a/%ff,1.0,INVALID_UTF8"
    })
    void whatIsWrongIsSaidBeforeABodyIsRead(
            String method, String target, String execute, ErrorCode error) {
        assertThat(of(method, target, Optional.of(execute)))
                .isInstanceOfSatisfying(
                        Recognition.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(error));
    }

    @Test
    void aBadLengthIsRefused() {
        assertThat(Recognition.of("POST", "/v1/a", Optional.of("1.0"), Optional.of("-1")))
                .isEqualTo(new Recognition.Refused(ErrorCode.INVALID_CONTENT_LENGTH, ""));
    }

    @Test
    void targetsAreSplitAndDecoded() {
        assertThat(of("POST", "/v1/AUTH_%C3%BC/c/a%2Fb/x?q=%41", Optional.of("1.0")))
                .isInstanceOfSatisfying(
                        Recognition.Job.class,
                        job -> {
                            assertThat(job.target().account()).isEqualTo("AUTH_\u00fc");
                            assertThat(job.target().object()).isEqualTo("a/b/x");
                            assertThat(job.target().query()).isEqualTo("q=%41");
                            assertThat(job.target().pathInfo()).isEqualTo("/AUTH_\u00fc/c/a/b/x");
                        });
    }
}
