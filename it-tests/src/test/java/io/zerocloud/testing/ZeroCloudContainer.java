package io.zerocloud.testing;

import java.net.URI;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A ZeroCloud of four storage nodes in one container, for tests of clients, jobs and guests: a
 * Swift-compatible store that runs jobs next to its objects. Empty at the start, gone at the end.
 *
 * <pre>{@code
 * @Testcontainers
 * class MyJobTest {
 *     @Container static final ZeroCloudContainer ZEROCLOUD = new ZeroCloudContainer();
 * }
 * }</pre>
 *
 * The image is made by {@code deploy/docker/images}.
 */
public final class ZeroCloudContainer extends GenericContainer<ZeroCloudContainer> {
    /** The image of {@code deploy/docker/images}. */
    public static final String IMAGE = "zerocloud/zerocloud";

    private static final int PORT = 8080;

    public ZeroCloudContainer() {
        this(DockerImageName.parse(IMAGE));
    }

    /** With an image from elsewhere. */
    public ZeroCloudContainer(DockerImageName image) {
        super(image);
        withExposedPorts(PORT);
        // Its first process must hand signals on and reap.
        withCreateContainerCmdModifier(
                command -> {
                    if (command.getHostConfig() != null) {
                        command.getHostConfig().withInit(true);
                    }
                });
        waitingFor(Wait.forLogMessage("auth http.*\\n", 1));
    }

    /** TempAuth's address (version 1.0), as this process reaches it. */
    public URI authUrl() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + "/auth/v1.0");
    }

    /** Who owns the account {@code AUTH_test}. */
    public String user() {
        return "test:tester";
    }

    /** The password of {@link #user}. */
    public String key() {
        return "testing";
    }
}
