package io.zerocloud.swift.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where the metadata of a file lies. {@link XattrMetadata} is Swift's own place; a store of our own
 * may have another for file systems without extended attributes.
 */
public interface MetadataStore {
    /**
     * The metadata of an open file.
     *
     * @param file open, its name included for stores that keep metadata beside it
     * @throws DamagedMetadataException if there is none or it is not what was written
     */
    ObjectMetadata read(Descriptor file) throws IOException;

    /**
     * Gives metadata to a file that is not yet under its final name; durable after {@link
     * Descriptor#sync} of the file.
     *
     * @param target the name that the file will get by rename
     */
    void write(Descriptor file, Path target, ObjectMetadata metadata) throws IOException;
}
