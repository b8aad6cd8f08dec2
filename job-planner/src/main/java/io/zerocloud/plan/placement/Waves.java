package io.zerocloud.plan.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Free slots by wave and node. Every wave starts with the slots that are free now. */
final class Waves {
    private final int[] freeNow;
    private final int width;
    private final List<int[]> free = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();

    /** First wave in which a node may have a free slot; grows only. */
    private final int[] firstFree;

    /** First wave that may have room at all; grows only. */
    private int firstOpen;

    Waves(int[] freeNow, int share) {
        this.freeNow = freeNow;
        this.width = (int) Math.min(Arrays.stream(freeNow).asLongStream().sum(), share);
        this.firstFree = new int[freeNow.length];
    }

    /** Sessions that a wave can hold. */
    int width() {
        return width;
    }

    int free(int wave, int node) {
        return left(wave) > 0 ? free.get(wave)[node] : 0;
    }

    /** Whether a node has a slot in any wave. */
    boolean everFree(int node) {
        return freeNow[node] > 0 && width > 0;
    }

    /** First wave with a free slot on a node that {@link #everFree}. */
    int firstFree(int node) {
        while (free(firstFree[node], node) == 0) {
            firstFree[node]++;
        }
        return firstFree[node];
    }

    /** First wave with so many free slots, 1 to {@link #width}. */
    int firstWithRoom(int slots) {
        while (left(firstOpen) == 0) {
            firstOpen++;
        }
        int wave = firstOpen;
        while (left(wave) < slots) {
            wave++;
        }
        return wave;
    }

    /** The node with most free slots in a wave that has room. */
    int freest(int wave) {
        left(wave);
        int[] slots = free.get(wave);
        int best = 0;
        for (int node = 1; node < slots.length; node++) {
            if (slots[node] > slots[best]) {
                best = node;
            }
        }
        return best;
    }

    void take(int wave, int node) {
        if (free(wave, node) == 0) {
            throw new IllegalStateException("no free slot on node " + node + " in wave " + wave);
        }
        free.get(wave)[node]--;
        left.set(wave, left.get(wave) - 1);
    }

    private int left(int wave) {
        while (left.size() <= wave) {
            free.add(freeNow.clone());
            left.add(width);
        }
        return left.get(wave);
    }
}
