/** Folders that a role fills with what need not outlive it. */
@NullMarked
package io.zerocloud.folder;

import org.jspecify.annotations.NullMarked;
