package io.zerocloud.job;

import java.util.List;

/**
 * A description that was read and found well-formed. Nothing in it depends on the store yet.
 *
 * @param context what the request said
 * @param groups at least one
 * @param notes what was accepted but has no effect, such as unknown fields; for whoever asks why
 */
public record Job(JobContext context, List<Group> groups, List<String> notes) {
    public Job {
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("a job has at least one group");
        }
        groups = List.copyOf(groups);
        notes = List.copyOf(notes);
    }
}
