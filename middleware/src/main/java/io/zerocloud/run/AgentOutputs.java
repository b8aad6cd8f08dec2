package io.zerocloud.run;

import io.zerocloud.answer.AnswerWriter;
import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Outputs that agents keep until they were fetched. */
final class AgentOutputs implements AnswerWriter.Outputs {
    private final Agents agents;

    AgentOutputs(Agents agents) {
        this.agents = agents;
    }

    /** A session's part of the body, to be closed by the caller. */
    @Override
    public InputStream open(SessionAnswer session) throws IOException {
        Reply reply = agents.client(session.agent()).output(session.id());
        if (reply.status() != 200) {
            reply.close();
            throw new IOException(
                    "agent " + session.agent() + " has lost the output of " + session.name());
        }
        return new FilterInputStream(reply.body()) {
            @Override
            public void close() {
                reply.close();
            }
        };
    }

    /** Lets agents drop what they keep for an outcome. */
    void forget(JobOutcome outcome) {
        for (SessionAnswer session : outcome.sessions()) {
            if (!session.id().isEmpty()) {
                Thread.ofVirtual().start(() -> agents.client(session.agent()).delete(session.id()));
            }
        }
    }

    /** Passes a session's output on while it grows, and drops it. */
    void relay(Dispatch.Running session, AnswerWriter writer) throws JobException, IOException {
        AgentClient agent = agents.client(session.agent());
        byte[] step = new byte[64 * 1024];
        try (Reply reply = output(agent, session.id());
                InputStream in = reply.body()) {
            if (reply.status() == 200) {
                for (int n = read(agent, in, step); n >= 0; n = read(agent, in, step)) {
                    writer.body().write(step, 0, n);
                }
            }
        }
        agent.delete(session.id());
    }

    private static Reply output(AgentClient agent, String id) throws JobException {
        try {
            return agent.output(id);
        } catch (IOException e) {
            throw brokenOff(agent, e);
        }
    }

    private static int read(AgentClient agent, InputStream in, byte[] step) throws JobException {
        try {
            return in.read(step);
        } catch (IOException e) {
            throw brokenOff(agent, e);
        }
    }

    /** Not to be taken for the client's connection. */
    private static JobException brokenOff(AgentClient agent, IOException cause) {
        return JobException.of(
                ErrorCode.NO_SUITABLE_NODE,
                "agent " + agent.address().name() + " broke off in the middle of an output",
                cause);
    }
}
