/**
 * The node agent: takes signed session orders from proxies, runs the guest beside its data, keeps
 * the output until it is fetched.
 *
 * <p>The path of an order: {@link io.zerocloud.node.AgentServer} checks the signature and the
 * shape; {@link io.zerocloud.node.SessionRun} prepares inputs, starts the engine, stores outputs.
 * Its parts: {@link io.zerocloud.node.Inputs} (local file in place, or a stream through Swift),
 * {@link io.zerocloud.node.Programs} and {@link io.zerocloud.node.BlobStore} (caches by content),
 * {@link io.zerocloud.node.Spool} (output in memory, then on disk, under a quota), {@link
 * io.zerocloud.node.Outputs} (message/http, PUTs to Swift).
 *
 * <p>Trust: the proxy is trusted after its signature, the client's text in the order is not; a
 * guest is hostile and reaches nothing but the descriptors of its channels; Swift's disks are only
 * read.
 */
@NullMarked
package io.zerocloud.node;

import org.jspecify.annotations.NullMarked;
