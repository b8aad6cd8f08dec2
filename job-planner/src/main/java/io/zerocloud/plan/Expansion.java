package io.zerocloud.plan;

import io.zerocloud.job.Device;
import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.Group;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.Url;
import io.zerocloud.job.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns groups into sessions: one for each match of a wildcard, or as many as {@code count} says.
 */
final class Expansion {
    private final Job job;
    private final PlanSettings settings;
    private final WildcardSearch search;
    private final List<Violation> violations = new ArrayList<>();
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<String, Draft> byName = new HashMap<>();
    private final Map<String, List<Draft>> byGroup = new LinkedHashMap<>();

    Expansion(Job job, Listings listings, PlanSettings settings) {
        this.job = job;
        this.settings = settings;
        this.search = new WildcardSearch(listings, settings.limits());
    }

    Plan plan() throws JobRefused {
        for (Group group : job.groups()) {
            try {
                members(group);
            } catch (JobRefused refused) {
                violations.addAll(refused.violations());
            }
        }
        refuseIfAny();
        Network network = new Network(settings, byGroup, byName);
        List<Connection> connections = network.connect(job.groups(), drafts.size());
        Channels channels = new Channels(job, settings);
        for (Draft draft : drafts) {
            channels.declare(draft);
        }
        violations.addAll(network.violations());
        violations.addAll(channels.violations());
        refuseIfAny();
        List<Session> sessions = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            sessions.add(draft.session(program(draft.group), network.component(draft.id)));
        }
        return new Plan(job, sessions, connections, List.of());
    }

    private void refuseIfAny() throws JobRefused {
        if (!violations.isEmpty()) {
            throw new JobRefused(violations);
        }
    }

    private void members(Group group) throws JobRefused {
        List<Device> wildcards = group.wildcardInputs();
        List<List<Match>> matches = new ArrayList<>();
        for (Device device : wildcards) {
            matches.add(search.search(device.swift().orElseThrow(), device.at() + ".path"));
        }
        int size = wildcards.isEmpty() ? group.count() : matches.getFirst().size();
        checkPairing(group, wildcards, matches, size);
        if (drafts.size() + size > settings.limits().nodes()) {
            throw new JobRefused(
                    ErrorCode.TOO_MANY_NODES.at(
                            group.at(),
                            drafts.size() + size + " nodes",
                            settings.limits().nodes()));
        }
        List<Draft> members = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Map<String, Match> own = new HashMap<>();
            for (int w = 0; w < wildcards.size(); w++) {
                own.put(wildcards.get(w).name(), matches.get(w).get(i));
            }
            List<String> captures =
                    wildcards.isEmpty() ? List.of() : matches.getFirst().get(i).captures();
            String name = group.isNumbered() ? group.name() + "-" + (i + 1) : group.name();
            Draft draft = new Draft(group, drafts.size() + 1, name, captures, own);
            if (byName.putIfAbsent(name, draft) != null) {
                violations.add(ErrorCode.NODE_NAME_DUPLICATE.at(group.at() + ".name", "", name));
            }
            drafts.add(draft);
            members.add(draft);
        }
        byGroup.put(group.name(), members);
    }

    private static void checkPairing(
            Group group, List<Device> wildcards, List<List<Match>> matches, int size)
            throws JobRefused {
        if (matches.stream().allMatch(found -> found.size() == size)) {
            return;
        }
        List<String> counts = new ArrayList<>();
        for (int i = 0; i < wildcards.size(); i++) {
            counts.add(wildcards.get(i).name() + " matches " + matches.get(i).size());
        }
        throw new JobRefused(
                ErrorCode.UNEQUAL_PAIRING.at(
                        group.at(), "", group.name(), String.join(", ", counts)));
    }

    private static Program program(Group group) {
        return switch (group.program()) {
            case Url.Swift url -> {
                StorePath path = new StorePath(url.account(), url.container(), url.object());
                yield new Program.Stored(path.url(), new ObjectRef(path));
            }
            case Url.File file ->
                    new Program.InImage(
                            file.text(),
                            file.image().isEmpty() ? "image" : file.image(),
                            withoutLeadingSlash(file.path()));
            case Url.Zvm url -> throw new IllegalStateException("not a program: " + url.text());
            case Url.Unusable url ->
                    throw new IllegalStateException("not a program: " + url.text());
        };
    }

    private static String withoutLeadingSlash(String path) {
        int i = 0;
        while (i < path.length() && path.charAt(i) == '/') {
            i++;
        }
        return path.substring(i);
    }
}
