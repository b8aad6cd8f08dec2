/** The job description: its records, its parser and every error that it can cause. */
@NullMarked
package io.zerocloud.job;

import org.jspecify.annotations.NullMarked;
