package io.zerocloud.job;

import java.util.Optional;

/** Which paths a device can have. */
final class PathRules {
    private final Fields fields;
    private final Findings findings;
    private final String group;
    private final JobContext context;
    private final String device;
    private final Device.Kind kind;
    private final String at;

    PathRules(Fields fields, String group, JobContext context, String device, Device.Kind kind) {
        this.fields = fields;
        this.findings = fields.findings();
        this.group = group;
        this.context = context;
        this.device = device;
        this.kind = kind;
        this.at = fields.at("path");
    }

    /** The path if it may be used; absent if there is none or it was found wrong. */
    Optional<Url> check(Optional<Url> path) {
        if (path.isEmpty()) {
            checkPathless();
            return path;
        }
        boolean usable =
                switch (path.get()) {
                    case Url.Swift swift -> isUsable(swift);
                    case Url.Zvm zvm -> isUsable(zvm);
                    case Url.File file -> isForeign(file.text());
                    // An unrecognised text was reported where it was read.
                    case Url.Unusable url -> !url.text().isEmpty() && isForeign(url.text());
                };
        return usable ? path : Optional.empty();
    }

    private void checkPathless() {
        switch (kind) {
            case INPUT, SCRIPT -> unresolved("", "it needs a swift:// path");
            case IMAGE -> {
                if (context.image() == JobContext.UploadedImage.NONE) {
                    unresolved("", "it needs a swift:// path, or an image in the request");
                }
            }
            case OUTPUT ->
                    findings.group(ErrorCode.NO_IMMEDIATE_RESPONSE.at(fields.at(), "", device));
            case OTHER ->
                    unresolved(
                            "",
                            context.systemImages().isEmpty()
                                    ? "there is no such device, and no system image is configured"
                                    : "there is no such device or system image; system images are: "
                                            + String.join(", ", context.systemImages()));
            case STDIN, STREAM_OUT, SYSTEM_IMAGE -> {}
        }
    }

    private boolean isUsable(Url.Swift url) {
        if (kind == Device.Kind.SYSTEM_IMAGE) {
            unresolved(url.text(), "a system image takes no path");
            return false;
        }
        if (!kind.isReadable() && url.object().isEmpty()) {
            findings.group(ErrorCode.CONTAINER_NOT_READ_ONLY.at(at, url.text()));
            return false;
        }
        if (!SwiftNames.isContainerPath(url)) {
            findings.group(ErrorCode.PATH_INVALID.at(at, "", url.text(), group));
            return false;
        }
        if (url.account().indexOf('*') >= 0) {
            findings.group(ErrorCode.PATH_ACCOUNT_WILDCARD.at(at, "", url.text()));
            return false;
        }
        if (kind == Device.Kind.OTHER) {
            unresolved(url.text(), "only devices with a meaning can have a swift:// path");
            return false;
        }
        if (kind == Device.Kind.IMAGE && context.image() != JobContext.UploadedImage.NONE) {
            findings.group(ErrorCode.IMAGE_DEVICE_CONFLICT.at(at, url.text(), group));
            return false;
        }
        return true;
    }

    private boolean isUsable(Url.Zvm url) {
        if (kind.isReadable() || kind == Device.Kind.IMAGE) {
            findings.group(ErrorCode.READABLE_NOT_SWIFT.at(at, url.text()));
            return false;
        }
        if (kind == Device.Kind.SYSTEM_IMAGE) {
            unresolved(url.text(), "a system image takes no path");
            return false;
        }
        Device.Kind remote = Device.Kind.of(url.device(), context.systemImages());
        boolean read =
                remote == Device.Kind.STDIN
                        || remote == Device.Kind.INPUT
                        || remote == Device.Kind.OTHER;
        if (!url.isWellFormed() || !read || !DeviceNames.isValidPattern(url.device())) {
            findings.group(ErrorCode.ZVM_PATH_INVALID.at(at, url.text()));
            return false;
        }
        return true;
    }

    /** A recognised URL that no device can use. */
    private boolean isForeign(String text) {
        if (kind.isReadable()) {
            findings.group(ErrorCode.READABLE_NOT_SWIFT.at(at, text));
        } else {
            unresolved(text, "a path is swift://account/container/object or zvm://group:device");
        }
        return false;
    }

    private void unresolved(String path, String rule) {
        findings.node(ErrorCode.DEVICE_UNRESOLVED.at(fields.at(), "", path, device, rule));
    }
}
