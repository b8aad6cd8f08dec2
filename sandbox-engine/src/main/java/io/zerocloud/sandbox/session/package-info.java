/**
 * One guest run: a {@link io.zerocloud.sandbox.session.SessionSpec} goes in, a {@link
 * io.zerocloud.sandbox.session.Report} comes out.
 *
 * <p>The path of a session: {@link io.zerocloud.sandbox.session.Engine#start} takes a sealed worker
 * process from the pool, sends it the validated program and the channels' descriptors, and hands
 * back a {@link io.zerocloud.sandbox.session.Session}. The worker serves that one session and dies.
 * Nothing here blocks a carrier thread; every method that waits may be called from a virtual
 * thread.
 */
@NullMarked
package io.zerocloud.sandbox.session;

import org.jspecify.annotations.NullMarked;
