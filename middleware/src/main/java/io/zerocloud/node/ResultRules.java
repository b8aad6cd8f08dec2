package io.zerocloud.node;

import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Session;
import io.zerocloud.sandbox.session.ChannelReport;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.wire.SessionResult;
import java.util.ArrayList;
import java.util.List;

/**
 * What the end of a guest means for its client. A guest that exits by itself is a success whatever
 * its code (clients look at {@code X-Nexe-Retcode}); one that was stopped is a 500. After a fault
 * what it wrote is still delivered, but objects are not replaced by halves: only stderr is stored
 * then. After a time-out, or when a channel failed, nothing is delivered.
 *
 * @param status 200 or 500
 * @param state {@code ok}, or the cause of death
 * @param error empty, or a line
 * @param keepsBody whether the pathless output is delivered
 * @param storesAll whether outputs are stored
 */
record ResultRules(int status, String state, String error, boolean keepsBody, boolean storesAll) {

    static ResultRules of(Report report) {
        Outcome outcome = report.outcome();
        return switch (outcome) {
            case Outcome.Exited(int code) ->
                    new ResultRules(200, "ok", code == 0 ? "" : "bad return code", true, true);
            case Outcome.TimedOut _ ->
                    new ResultRules(500, outcome.cause(), "Timed out", false, false);
            case Outcome.Cancelled _, Outcome.KilledByKernel _ ->
                    new ResultRules(500, outcome.cause(), "Killed", false, false);
            case Outcome.ChannelFailed _, Outcome.EngineFailed _ ->
                    new ResultRules(500, outcome.cause(), outcome.cause(), false, false);
            default -> new ResultRules(500, outcome.cause(), "bad return code", true, false);
        };
    }

    boolean stores(String device) {
        return storesAll || device.equals("stderr");
    }

    static SessionResult.Accounting accounting(Report report) {
        long[] sums = new long[8];
        for (ChannelReport channel : report.channels()) {
            int at = channel.network() ? 4 : 0;
            sums[at] += channel.gets();
            sums[at + 1] += channel.getBytes();
            sums[at + 2] += channel.puts();
            sums[at + 3] += channel.putBytes();
        }
        return new SessionResult.Accounting(
                report.systemTime().toNanos() / 1e9,
                report.userTime().toNanos() / 1e9,
                sums[0],
                sums[1],
                sums[2],
                sums[3],
                sums[4],
                sums[5],
                sums[6],
                sums[7]);
    }

    static List<SessionResult.Peer> peers(Session session, Report report) {
        List<SessionResult.Peer> peers = new ArrayList<>();
        for (Channel channel : session.channels()) {
            switch (channel.backing()) {
                case Channel.Backing.PeerInput(int connection) ->
                        peers.add(peer(connection, false, channel, report));
                case Channel.Backing.PeerOutput(int connection) ->
                        peers.add(peer(connection, true, channel, report));
                default -> {}
            }
        }
        return peers;
    }

    private static SessionResult.Peer peer(
            int connection, boolean writes, Channel channel, Report report) {
        ChannelReport counts = report.channel(channel.path());
        return new SessionResult.Peer(
                connection,
                writes,
                channel.device(),
                writes ? counts.putBytes() : counts.getBytes(),
                counts.digest());
    }

    static List<String> digests(Report report) {
        List<String> digests = new ArrayList<>();
        for (ChannelReport channel : report.channels()) {
            if (!channel.digest().isEmpty() && !channel.network()) {
                digests.add(channel.alias());
                digests.add(channel.digest());
            }
        }
        return digests;
    }
}
