package io.zerocloud.cli;

import io.zerocloud.serve.ClusterAuthority;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud cluster-ca}: the keys and certificates of a cluster. */
@Command(
        name = "cluster-ca",
        description = {
            "Makes the secret that a cluster's proxies and agents share, a certificate authority, and a"
                    + " certificate for each agent that listens off loopback.",
            "Run it again for more agents, or to renew one; the authority and the secret are kept."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the files are there",
            "1:the folder cannot be written",
            "2:wrong usage, or a name or host that is none"
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  zerocloud cluster-ca /etc/zerocloud/cluster --agent node1=10.0.0.1,store1.example.org",
            "",
            "cluster.key and ca.pem go to every machine, NAME.pem and NAME.key to agent NAME; ca.p12",
            "can issue certificates and stays here. How they are used: docs/reference/configuration.md."
        })
public final class ClusterCaCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            description = "Where the files are, readable by their owner only.")
    private Path folder;

    @Option(
            names = "--agent",
            paramLabel = "NAME=HOST[,HOST...]",
            description =
                    "An agent and the host names or IP addresses by which proxies reach it; as often as"
                            + " needed.")
    private Map<String, String> agents = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ClusterAuthority authority = ClusterAuthority.in(folder);
        out.println("cluster.key_file: " + authority.clusterKey());
        out.println("cluster.ca: " + authority.certificate());
        for (Map.Entry<String, String> agent : agents.entrySet()) {
            ClusterAuthority.Issued issued;
            try {
                issued = authority.issue(agent.getKey(), List.of(agent.getValue().split(",")));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--agent " + e.getMessage(), e);
            }
            out.println(agent.getKey() + ": node.tls_certificate: " + issued.certificate());
            out.println(agent.getKey() + ": node.tls_key: " + issued.key());
        }
        out.flush();
        return 0;
    }
}
