package io.zerocloud.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FairSlotsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration NOT = Duration.ofMillis(20);

    private final FairSlots slots = new FairSlots(0);

    private FairSlots.Slot take(String account, String job) throws InterruptedException {
        return slots.acquire(account, job, List.of("n1", "n2"), LONG).orElseThrow();
    }

    @Test
    void theFirstPreferredAgentWithRoomIsTaken() throws Exception {
        slots.agent("n1", 1, true);
        slots.agent("n2", 1, true);
        assertThat(take("a", "j").agent()).isEqualTo("n1");
        assertThat(take("a", "j").agent()).isEqualTo("n2");
        assertThat(slots.acquire("a", "j", List.of("n1", "n2"), NOT)).isEmpty();
        assertThat(slots.waiting()).isZero();
    }

    @Test
    void accountsAndTheirJobsTakeTurnsHoweverManySessionsOneHas() throws Exception {
        slots.agent("n1", 1, true);
        FairSlots.Slot held = take("x", "x");
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (String job : new String[] {"a/big", "a/big", "a/big", "a/small", "b/one"}) {
                int before = slots.waiting();
                all.add(
                        threads.submit(
                                () -> {
                                    FairSlots.Slot slot = take(job.substring(0, 1), job);
                                    order.add(job);
                                    slots.release(slot);
                                    return null;
                                }));
                await().until(() -> slots.waiting() == before + 1);
            }
            slots.release(held);
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(order).containsExactly("a/big", "b/one", "a/small", "a/big", "a/big");
    }

    @Test
    void anAccountHoldsNoMoreThanItsShare() throws Exception {
        FairSlots shared = new FairSlots(1);
        shared.agent("n1", 4, true);
        FairSlots.Slot first = shared.acquire("a", "j", List.of("n1"), LONG).orElseThrow();
        assertThat(shared.acquire("a", "k", List.of("n1"), NOT)).isEmpty();
        assertThat(shared.acquire("b", "j", List.of("n1"), NOT)).isPresent();
        shared.release(first);
        assertThat(shared.acquire("a", "k", List.of("n1"), NOT)).isPresent();
    }

    @Test
    void whoWaitsForAgentsThatWentDownIsToldAtOnceOrWithTheNextLook() throws Exception {
        slots.agent("n1", 1, false);
        Optional<FairSlots.Slot> none = slots.acquire("a", "j", List.of("n1", "unknown"), LONG);
        assertThat(none).isEmpty();
        slots.agent("n1", 1, true);
        assertThat(slots.acquire("a", "j", List.of("n1"), LONG)).isPresent();
    }

    @Test
    void anInterruptedWaitTakesNothing() throws Exception {
        slots.agent("n1", 1, true);
        FairSlots.Slot held = take("a", "j");
        Thread waiter =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    try {
                                        take("a", "j");
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        waiter.start();
        await().until(() -> slots.waiting() == 1);
        waiter.interrupt();
        waiter.join();
        assertThat(slots.waiting()).isZero();
        slots.release(held);
        assertThat(slots.used()).isZero();
    }

    private static List<List<String>> three() {
        return List.of(List.of("n1", "n2"), List.of("n1", "n2"), List.of("n2", "n1"));
    }

    @Test
    void sessionsThatRunTogetherGetAllTheirSlotsOrNone() throws Exception {
        slots.agent("n1", 1, true);
        slots.agent("n2", 1, true);
        assertThat(slots.acquireAll("a", "j", three(), NOT)).isEmpty();
        assertThat(slots.used()).isZero();
        slots.agent("n2", 2, true);
        List<FairSlots.Slot> all = slots.acquireAll("a", "j", three(), LONG).orElseThrow();
        assertThat(all).extracting(FairSlots.Slot::agent).containsExactly("n1", "n2", "n2");
        assertThat(slots.acquire("a", "j", List.of("n1", "n2"), NOT)).isEmpty();
        all.forEach(slots::release);
        assertThat(slots.used()).isZero();
    }

    @Test
    void aSetCountsAsItsSessionsInTheShareOfItsAccount() throws Exception {
        FairSlots shared = new FairSlots(3);
        shared.agent("n1", 8, true);
        List<List<String>> two = List.of(List.of("n1"), List.of("n1"));
        assertThat(shared.acquireAll("a", "j", two, LONG)).isPresent();
        assertThat(shared.acquireAll("a", "k", two, NOT)).isEmpty();
        assertThat(shared.acquireAll("b", "j", two, LONG)).isPresent();
    }

    @Test
    void slotsAreKeptForASetThatHasWaitedLongAlthoughOthersWouldTakeThem() throws Exception {
        FairSlots patient = new FairSlots(0, Duration.ZERO);
        patient.agent("n1", 1, true);
        patient.agent("n2", 2, true);
        FairSlots.Slot first = patient.acquire("x", "x", List.of("n1"), LONG).orElseThrow();
        FairSlots.Slot second = patient.acquire("x", "x", List.of("n2"), LONG).orElseThrow();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<List<FairSlots.Slot>>> set =
                    threads.submit(() -> patient.acquireAll("a", "j", three(), LONG));
            await().until(() -> patient.waiting() == 1);
            // One slot is free, but it is the set's.
            assertThat(patient.acquire("x", "y", List.of("n1", "n2"), NOT)).isEmpty();
            patient.release(first);
            assertThat(patient.acquire("x", "y", List.of("n1", "n2"), NOT)).isEmpty();
            patient.release(second);
            assertThat(set.get()).isPresent();
        }
    }

    @Test
    void aSetThatCanHaveItsSlotsNoMoreIsToldAtOnceAndKeepsNobodyWaiting() throws Exception {
        FairSlots patient = new FairSlots(0, Duration.ZERO);
        patient.agent("n1", 1, true);
        patient.agent("n2", 2, true);
        FairSlots.Slot held = patient.acquire("x", "x", List.of("n1"), LONG).orElseThrow();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<List<FairSlots.Slot>>> set =
                    threads.submit(() -> patient.acquireAll("a", "j", three(), LONG));
            await().until(() -> patient.waiting() == 1);
            patient.agent("n2", 2, false);
            assertThat(set.get()).isEmpty();
        }
        patient.release(held);
        assertThat(patient.acquire("x", "y", List.of("n1"), LONG)).isPresent();
    }
}
