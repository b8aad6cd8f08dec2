/**
 * What a client gets for a job: {@code X-Nexe-*} headers as existing clients parse them, the joined
 * bodies, the status, or the JSON report.
 */
@NullMarked
package io.zerocloud.answer;

import org.jspecify.annotations.NullMarked;
