package io.zerocloud.job;

import java.util.List;

/** What the outputs of a group must look like, given how many nodes it has. */
record OutputRules(Group group, String shownName, Findings findings) {

    void check() {
        List<Device> wildcards = group.wildcardInputs();
        boolean answered = false;
        for (Device device : group.devices()) {
            if (!device.kind().isWritable()) {
                continue;
            }
            if (device.path().isEmpty()) {
                if (answered) {
                    findings.note(
                            device.at(),
                            "discarded, because an earlier device without path is the response");
                }
                answered = true;
            }
            device.swift().ifPresent(url -> checkWildcards(device, url, wildcards));
        }
    }

    private void checkWildcards(Device device, Url.Swift url, List<Device> wildcards) {
        String at = device.at() + ".path";
        if (group.isNumbered() && url.stars() == 0) {
            findings.group(ErrorCode.SINGLE_PATH.at(at, "", url.text(), shownName));
        } else if (!wildcards.isEmpty()) {
            int captures = wildcards.getFirst().swift().map(Url.Swift::stars).orElse(0);
            if (url.stars() > captures) {
                findings.group(ErrorCode.OUTPUT_WILDCARDS.at(at, "", url.text(), captures));
            }
        }
    }
}
