package io.zerocloud.plan;

import java.util.List;

/**
 * Listings of the store, made with the caller's authority, a page at a time.
 *
 * <p>Implementations may block; the planner calls them from the thread that plans (a virtual thread
 * in the server), one page at a time, and stops asking as soon as it knows enough. What a page
 * holds is not trusted: the planner refuses pages that do not go forward.
 */
public interface Listings {

    /**
     * One page of an account's containers.
     *
     * @param prefix names start with it; may be empty
     * @param marker names come after it; empty for the first page
     * @return names in byte order of their UTF-8; an empty page is the end
     * @throws StoreRefused with the store's status
     */
    List<String> containers(String account, String prefix, String marker) throws StoreRefused;

    /**
     * One page of a container's objects.
     *
     * @param prefix names start with it; may be empty
     * @param marker names come after it; empty for the first page
     * @return objects in byte order of their names' UTF-8; an empty page is the end
     * @throws StoreRefused with the store's status
     */
    List<ListedObject> objects(String account, String container, String prefix, String marker)
            throws StoreRefused;

    /**
     * An entry of a container listing.
     *
     * @param name the object's name
     * @param bytes its length
     * @param hash its ETag
     * @param contentType its type
     * @param lastModified as the listing gives it (ISO 8601, UTC, without zone)
     */
    record ListedObject(
            String name, long bytes, String hash, String contentType, String lastModified) {}
}
