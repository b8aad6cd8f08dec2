package io.zerocloud.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One element of a description: nodes that run the same program.
 *
 * @param at JSON path of the group, {@code $[i]}
 * @param name name of its node, or prefix of its nodes' names
 * @param program what is run; a {@link Url.Swift} with an object and no wildcard, its account
 *     resolved, or a {@link Url.File}
 * @param programName {@code exec.name}: the guest's argv[0]; absent means the node's name
 * @param arguments {@code exec.args}, split and unescaped, without argv[0]
 * @param env {@code exec.env} in document order; values not empty, without NUL
 * @param devices in document order
 * @param count nodes of the group unless a wildcard decides
 * @param connect names of groups or nodes to which every node of this group writes
 * @param replicate accepted and recorded; a node always runs once
 * @param attach device whose object attracts the session; absent means the default rule
 * @param location co-location label
 */
public record Group(
        String at,
        String name,
        Url program,
        Optional<String> programName,
        List<String> arguments,
        Map<String, String> env,
        List<Device> devices,
        int count,
        List<String> connect,
        int replicate,
        Optional<String> attach,
        Optional<String> location) {

    public Group {
        arguments = List.copyOf(arguments);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        devices = List.copyOf(devices);
        connect = List.copyOf(connect);
    }

    /** The readable devices with a wildcard, in document order. */
    public List<Device> wildcardInputs() {
        return devices.stream().filter(Device::isWildcardInput).toList();
    }

    /** Whether its nodes are called {@code name-1}, {@code name-2}, ... */
    public boolean isNumbered() {
        return count > 1 || devices.stream().anyMatch(Device::isWildcardInput);
    }
}
