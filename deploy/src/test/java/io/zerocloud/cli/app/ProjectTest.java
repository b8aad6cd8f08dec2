package io.zerocloud.cli.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectTest {
    @TempDir private Path folder;

    @Test
    void aBundleHoldsTheDescriptionAndTheFilesAndIsTheSameEachTime() throws IOException {
        write(
                """
                meta: {name: words}
                execution:
                  groups:
                    - name: map
                      path: file://image:bin/map
                      args: --first 'a b' "c,d"
                      env: {K: v}
                      count: 2
                      devices: [{name: python2.7}, {name: stdout}]
                bundling: ['bin/*', 'data/**', 'none/*']
                """);
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("data/deep"));
        Files.writeString(folder.resolve("bin/map"), "program");
        Files.writeString(folder.resolve("data/deep/x"), "x");
        Project.Bundle bundle = Project.find(folder.resolve("bin")).bundle();
        assertThat(bundle.archive()).isEqualTo(folder.toAbsolutePath().resolve("words.zapp"));
        assertThat(bundle.files()).containsExactly("bin/map", "data/deep/x");
        assertThat(bundle.warnings()).containsExactly("bundling: nothing matches none/*");
        byte[] first = Files.readAllBytes(bundle.archive());
        JsonNode group =
                new ObjectMapper().readTree(Deployment.description(bundle.archive())).path(0);
        assertThat(group.path("exec").toString())
                .isEqualTo(
                        "{\"path\":\"file://image:bin/map\",\"name\":\"bin/map\",\"args\":\"--first a\\\\x20b c\\\\x2cd\",\"env\":{\"K\":\"v\"}}");
        assertThat(group.path("count").asInt()).isEqualTo(2);
        assertThat(group.path("devices")).hasSize(2);
        Project.find(folder).bundle();
        assertThat(Files.readAllBytes(bundle.archive())).isEqualTo(first);
    }

    @Test
    void aDeployedDescriptionMountsTheBundle() throws IOException {
        byte[] map = "[{\"name\":\"n\"}]".getBytes(StandardCharsets.UTF_8);
        assertThat(
                        new String(
                                SystemMap.withImage(map, "swift://a/c/n.zapp"),
                                StandardCharsets.UTF_8))
                .isEqualTo(
                        "[{\"name\":\"n\",\"devices\":[{\"name\":\"image\",\"path\":\"swift://a/c/n.zapp\"}]}]");
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        assertThatThrownBy(() -> Project.find(folder)).hasMessageContaining("no zapp.yaml in");
        write("a: [");
        assertThatThrownBy(() -> Project.find(folder)).hasMessageContaining("is not YAML");
        write("dependencies: [requests]");
        assertThatThrownBy(() -> Project.find(folder))
                .hasMessageContaining("unknown section 'dependencies'");
        write("meta: {name: a/b}\nexecution: {groups: [{name: n, path: 'file://image:p'}]}");
        Files.writeString(folder.resolve("p"), "");
        assertThatThrownBy(() -> Project.find(folder).bundle())
                .hasMessageContaining("matches no file");
        write(
                "meta: {name: n}\nexecution: {groups: [{name: n, path: 'file://image:p', count: 0}]}\nbundling: [p]");
        assertThatThrownBy(() -> Project.find(folder).bundle())
                .hasMessageContaining("Invalid node count: 0");
        write("meta: {name: n}\nexecution: {groups: [{path: 'file://image:p'}]}\nbundling: [p]");
        assertThatThrownBy(() -> Project.find(folder).bundle())
                .hasMessageContaining("execution.groups[0].name is missing");
    }

    @Test
    void accountsAreThoseOfTheEnvironment() {
        AccountOptions none = new AccountOptions();
        assertThat(none.how(Map.of("ST_AUTH", "u", "ST_USER", "a:b", "ST_KEY", "k")))
                .isEqualTo(new AccountOptions.How.TempAuth("u", "a:b", "k"));
        assertThat(
                        none.how(
                                Map.of(
                                        "OS_AUTH_URL", "u",
                                        "OS_USERNAME", "n",
                                        "OS_PASSWORD", "p",
                                        "OS_TENANT_NAME", "t")))
                .isEqualTo(
                        new AccountOptions.How.Keystone("u", "n", "Default", "p", "t", "Default"));
        assertThat(none.how(Map.of("OS_AUTH_TOKEN", "t", "OS_STORAGE_URL", "s")))
                .isEqualTo(new AccountOptions.How.Token("s", "t"));
        assertThatThrownBy(() -> none.how(Map.of("ST_AUTH", "u")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ST_AUTH, ST_USER and ST_KEY");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve(Project.FILE), yaml);
    }
}
