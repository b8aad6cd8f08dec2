/** Where a description comes from besides a JSON body: images, scripts and templates. */
@NullMarked
package io.zerocloud.job.source;

import org.jspecify.annotations.NullMarked;
