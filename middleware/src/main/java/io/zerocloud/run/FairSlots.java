package io.zerocloud.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who may start a session where and when. Each agent has a number of slots. A free slot goes to the
 * accounts in turn, within an account to its jobs in turn, within a job in order; so a job of ten
 * thousand sessions delays nobody else by more than the sessions that already run.
 *
 * <p>One lock for all: a decision costs microseconds, a session milliseconds.
 */
public final class FairSlots {
    private final ReentrantLock lock = new ReentrantLock();
    private final int accountShare;
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final Map<String, Integer> held = new LinkedHashMap<>();
    private final Map<String, Map<String, ArrayDeque<Ticket>>> waiting = new LinkedHashMap<>();

    /**
     * @param accountShare most slots that one account holds, 0 for no limit
     */
    public FairSlots(int accountShare) {
        this.accountShare = accountShare;
    }

    /** A slot; give it back with {@link #release}. */
    public record Slot(String agent, String account) {}

    /** Sets what is known of an agent; a later call replaces an earlier one. */
    public void agent(String name, int slots, boolean up) {
        lock.lock();
        try {
            Agent agent = agents.computeIfAbsent(name, _ -> new Agent());
            agent.slots = slots;
            agent.up = up;
            hand();
        } finally {
            lock.unlock();
        }
    }

    /** Slots of all agents that are up. */
    public int total() {
        lock.lock();
        try {
            return agents.values().stream()
                    .filter(agent -> agent.up)
                    .mapToInt(agent -> agent.slots)
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    /** Sessions that wait for a slot. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.values().stream()
                    .flatMap(jobs -> jobs.values().stream())
                    .mapToInt(ArrayDeque::size)
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    /** Slots in use. */
    public int used() {
        lock.lock();
        try {
            return agents.values().stream().mapToInt(agent -> agent.used).sum();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a slot.
     *
     * @param preferred agents in order of preference; the first that has a free slot is taken
     * @return empty if there was none in time, or none of the agents is up
     */
    public Optional<Slot> acquire(
            String account, String job, List<String> preferred, Duration atMost)
            throws InterruptedException {
        lock.lock();
        try {
            Ticket ticket = new Ticket(List.copyOf(preferred), lock.newCondition());
            waiting.computeIfAbsent(account, _ -> new LinkedHashMap<>())
                    .computeIfAbsent(job, _ -> new ArrayDeque<>())
                    .add(ticket);
            try {
                hand();
                long left = atMost.toNanos();
                while (ticket.agent == null && left > 0 && anyUp(preferred)) {
                    left = ticket.granted.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                if (ticket.agent != null) {
                    free(new Slot(ticket.agent, account));
                }
                throw e;
            } finally {
                forget(account, job, ticket);
            }
            return ticket.agent == null
                    ? Optional.empty()
                    : Optional.of(new Slot(ticket.agent, account));
        } finally {
            lock.unlock();
        }
    }

    public void release(Slot slot) {
        lock.lock();
        try {
            free(slot);
        } finally {
            lock.unlock();
        }
    }

    private void free(Slot slot) {
        Agent agent = agents.get(slot.agent());
        if (agent != null) {
            agent.used--;
        }
        held.merge(slot.account(), -1, Integer::sum);
        held.remove(slot.account(), 0);
        hand();
    }

    private boolean anyUp(List<String> names) {
        for (String name : names) {
            Agent agent = agents.get(name);
            if (agent != null && agent.up) {
                return true;
            }
        }
        return false;
    }

    /** Gives free slots to those whose turn it is, until nobody can be served. */
    private void hand() {
        boolean served = true;
        while (served) {
            served = false;
            // A copy: whoever is served moves to the end of the line.
            for (String account : new ArrayList<>(waiting.keySet())) {
                served |= serve(account);
            }
        }
    }

    private boolean serve(String account) {
        if (accountShare > 0 && held.getOrDefault(account, 0) >= accountShare) {
            return false;
        }
        Map<String, ArrayDeque<Ticket>> jobs = waiting.get(account);
        if (jobs == null) {
            return false;
        }
        for (String job : new ArrayList<>(jobs.keySet())) {
            ArrayDeque<Ticket> tickets = jobs.get(job);
            Iterator<Ticket> each =
                    tickets == null ? List.<Ticket>of().iterator() : tickets.iterator();
            while (each.hasNext()) {
                Ticket ticket = each.next();
                String name = choose(ticket);
                Agent agent = name == null ? null : agents.get(name);
                if (agent != null) {
                    ticket.agent = name;
                    agent.used++;
                    held.merge(account, 1, Integer::sum);
                    ticket.granted.signal();
                    each.remove();
                    // To the end of both lines.
                    ArrayDeque<Ticket> rest = jobs.remove(job);
                    if (rest != null) {
                        jobs.put(job, rest);
                    }
                    waiting.remove(account);
                    waiting.put(account, jobs);
                    return true;
                }
            }
        }
        return false;
    }

    private @Nullable String choose(Ticket ticket) {
        for (String name : ticket.preferred) {
            Agent agent = agents.get(name);
            if (agent != null && agent.up && agent.used < agent.slots) {
                return name;
            }
        }
        return null;
    }

    private void forget(String account, String job, Ticket ticket) {
        Map<String, ArrayDeque<Ticket>> jobs = waiting.get(account);
        if (jobs == null) {
            return;
        }
        ArrayDeque<Ticket> tickets = jobs.get(job);
        if (tickets != null) {
            tickets.remove(ticket);
            if (tickets.isEmpty()) {
                jobs.remove(job);
            }
        }
        if (jobs.isEmpty()) {
            waiting.remove(account);
        }
    }

    private static final class Agent {
        private int slots;
        private int used;
        private boolean up;
    }

    private static final class Ticket {
        private final List<String> preferred;
        private final Condition granted;
        private @Nullable String agent;

        Ticket(List<String> preferred, Condition granted) {
            this.preferred = preferred;
            this.granted = granted;
        }
    }
}
