package io.zerocloud.swift.disk;

import java.io.IOException;
import java.nio.file.Path;

/** The file lies on a file system without extended attributes, so Swift could not use it. */
public final class UnsupportedAttributesException extends IOException {
    private static final long serialVersionUID = 1;

    UnsupportedAttributesException(Path path) {
        super(path + ": the file system has no user extended attributes");
    }
}
