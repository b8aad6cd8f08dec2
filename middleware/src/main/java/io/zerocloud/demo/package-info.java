/**
 * The demonstration: an embedded cluster, sample data, the main job over HTTP, and the same work
 * done by downloading.
 */
@NullMarked
package io.zerocloud.demo;

import org.jspecify.annotations.NullMarked;
