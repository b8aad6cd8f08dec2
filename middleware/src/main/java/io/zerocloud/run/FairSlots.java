package io.zerocloud.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * <p>Sessions that must run together get their slots together. While others take every slot as it
 * becomes free, a set of them would wait for ever; so once it has waited for a while, slots are
 * kept for it until there are enough.
 *
 * <p>One lock for all: a decision costs microseconds, a session milliseconds.
 */
public final class FairSlots {
    private static final Duration HOLD = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final int accountShare;
    private final long holdNanos;
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final Map<String, Integer> held = new LinkedHashMap<>();
    private final Map<String, Map<String, ArrayDeque<Ticket>>> waiting = new LinkedHashMap<>();

    /** Of those that wait, the sets of sessions, the oldest first. */
    private final List<Ticket> sets = new ArrayList<>();

    /**
     * @param accountShare most slots that one account holds, 0 for no limit
     */
    public FairSlots(int accountShare) {
        this(accountShare, HOLD);
    }

    /**
     * @param hold how long a set of sessions waits before slots are kept for it
     */
    FairSlots(int accountShare, Duration hold) {
        this.accountShare = accountShare;
        this.holdNanos = hold.toNanos();
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
            if (!up) {
                // Who waited for it may wait in vain now.
                waiting.values()
                        .forEach(
                                jobs ->
                                        jobs.values()
                                                .forEach(
                                                        line ->
                                                                line.forEach(
                                                                        ticket ->
                                                                                ticket.granted
                                                                                        .signal())));
            }
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
        return acquireAll(account, job, List.of(preferred), atMost).map(List::getFirst);
    }

    /**
     * Waits until there are slots for all of some sessions at once; never holds a part of them.
     *
     * @param preferred for each session, agents in order of preference; the first that has a free
     *     slot is taken
     * @return a slot for each session, in their order; empty if there were not enough in time, at
     *     once if the agents that are up have too few in all
     */
    public Optional<List<Slot>> acquireAll(
            String account, String job, List<List<String>> preferred, Duration atMost)
            throws InterruptedException {
        lock.lock();
        try {
            Ticket ticket =
                    new Ticket(account, job, preferred, lock.newCondition(), System.nanoTime());
            if (ticket.size() > 1) {
                sets.add(ticket);
            }
            waiting.computeIfAbsent(account, _ -> new LinkedHashMap<>())
                    .computeIfAbsent(job, _ -> new ArrayDeque<>())
                    .add(ticket);
            try {
                hand();
                long left = atMost.toNanos();
                while (ticket.given.isEmpty() && left > 0 && allCanRun(ticket)) {
                    left = ticket.granted.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                ticket.given.forEach(agent -> free(new Slot(agent, account)));
                throw e;
            } finally {
                forget(account, job, ticket);
            }
            if (ticket.given.isEmpty()) {
                // Slots may have been kept for it.
                hand();
                return Optional.empty();
            }
            return Optional.of(
                    ticket.given.stream().map(agent -> new Slot(agent, account)).toList());
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

    private boolean allCanRun(Ticket ticket) {
        return ticket.size() <= total() && ticket.preferred.stream().allMatch(this::anyUp);
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
            Ticket urgent = urgent();
            if (urgent != null) {
                served = give(urgent);
                continue;
            }
            served = false;
            // A copy: whoever is served moves to the end of the line.
            for (String account : new ArrayList<>(waiting.keySet())) {
                served |= serve(account);
            }
        }
    }

    /** The set of sessions that has waited longest, if that is too long and it can have slots. */
    private @Nullable Ticket urgent() {
        long now = System.nanoTime();
        for (Ticket ticket : sets) {
            if (now - ticket.since >= holdNanos && mayHold(ticket) && ticket.size() <= total()) {
                return ticket;
            }
        }
        return null;
    }

    private boolean mayHold(Ticket ticket) {
        return accountShare <= 0
                || held.getOrDefault(ticket.account, 0) + ticket.size() <= accountShare;
    }

    private boolean serve(String account) {
        Map<String, ArrayDeque<Ticket>> jobs = waiting.get(account);
        if (jobs == null) {
            return false;
        }
        for (String job : new ArrayList<>(jobs.keySet())) {
            ArrayDeque<Ticket> tickets = jobs.get(job);
            if (tickets == null) {
                continue;
            }
            for (Ticket ticket : tickets) {
                if (give(ticket)) {
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

    /** Gives a ticket its slots, all or none, and takes it out of the line. */
    private boolean give(Ticket ticket) {
        if (!mayHold(ticket)) {
            return false;
        }
        List<String> chosen = new ArrayList<>();
        for (List<String> preferred : ticket.preferred) {
            String name = choose(preferred);
            if (name == null) {
                chosen.forEach(taken -> use(taken, -1));
                return false;
            }
            use(name, 1);
            chosen.add(name);
        }
        ticket.given = List.copyOf(chosen);
        held.merge(ticket.account, ticket.size(), Integer::sum);
        ticket.granted.signal();
        ArrayDeque<Ticket> line = waiting.getOrDefault(ticket.account, Map.of()).get(ticket.job);
        if (line != null) {
            line.remove(ticket);
        }
        sets.remove(ticket);
        return true;
    }

    private void use(String name, int slots) {
        Agent agent = agents.get(name);
        if (agent != null) {
            agent.used += slots;
        }
    }

    private @Nullable String choose(List<String> preferred) {
        for (String name : preferred) {
            Agent agent = agents.get(name);
            if (agent != null && agent.up && agent.used < agent.slots) {
                return name;
            }
        }
        return null;
    }

    private void forget(String account, String job, Ticket ticket) {
        sets.remove(ticket);
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
        private final String account;
        private final String job;
        private final List<List<String>> preferred;
        private final Condition granted;
        private final long since;
        private List<String> given = List.of();

        Ticket(
                String account,
                String job,
                List<List<String>> preferred,
                Condition granted,
                long since) {
            this.account = account;
            this.job = job;
            this.preferred = List.copyOf(preferred);
            this.granted = granted;
            this.since = since;
        }

        int size() {
            return preferred.size();
        }
    }
}
