/**
 * The embedded store: a Swift-compatible object store for one machine, in one process.
 *
 * <p>Objects lie on disk exactly as OpenStack Swift lays them out (ring, hash path, timestamped
 * files, metadata in extended attributes), one devices folder a storage node, so that everything
 * that reads Swift's disks reads these too. Accounts and container listings are one SQLite
 * database.
 *
 * <p>An event loop only moves bytes. Every request runs on a virtual thread of its own, which waits
 * for the client through {@link io.zerocloud.swift.store.Exchange} and for the disk by itself.
 */
@NullMarked
package io.zerocloud.swift.store;

import org.jspecify.annotations.NullMarked;
