package io.zerocloud.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.error.JobException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadSpaceTest {
    @TempDir Path folder;

    private static ByteArrayInputStream bytes(int count) {
        return new ByteArrayInputStream(new byte[count]);
    }

    @Test
    void oneUploadAndAllTogetherAreBounded() throws Exception {
        UploadSpace space = new UploadSpace(folder, 1_000);
        assertThatThrownBy(() -> Upload.store(bytes(1_001), space))
                .isInstanceOfSatisfying(
                        JobException.class, e -> assertThat(e.status()).isEqualTo(413));
        List<Upload> four = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            four.add(Upload.store(bytes(1_000), space));
        }
        assertThatThrownBy(() -> Upload.store(bytes(1), space))
                .isInstanceOfSatisfying(
                        JobException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(507);
                            assertThat(e.headers()).containsKey("Retry-After");
                        });
        for (Upload upload : four) {
            upload.close();
            upload.close();
        }
        assertThat(space.used()).isZero();
        assertThat(folder).isEmptyDirectory();
        Upload.store(bytes(1), space).close();
    }
}
