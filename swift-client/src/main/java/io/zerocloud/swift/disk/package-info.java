/**
 * Objects as they lie on the disks of a Swift object server: names of files, metadata in extended
 * attributes, and the lookup that answers whether a local file is a given object.
 *
 * <p>Everything here makes blocking system calls: call it from platform threads or a worker pool,
 * never from an event loop and not from virtual threads (a foreign call pins the carrier).
 */
@NullMarked
package io.zerocloud.swift.disk;

import org.jspecify.annotations.NullMarked;
