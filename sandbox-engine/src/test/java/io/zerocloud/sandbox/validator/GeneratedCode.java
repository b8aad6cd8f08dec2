package io.zerocloud.sandbox.validator;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Valid code by chance: groups of instructions that belong together, packed into bundles. */
final class GeneratedCode {
    private static final byte NOP = (byte) 0x90;

    /** What compilers for this sandbox emit, one group a line. */
    private static final List<byte[]> GROUPS =
            Stream.of(
                            """
                            89d8
                            89c341 8b0c1f
                            8b442408
                            48894424 10
                            8b0500010000
                            c7450000000000
                            89c0 418b4407 08
                            89c0 41894c0704
                            4589db 438b0c1f
                            8d041b
                            488d4c0308
                            83c001
                            4883c110
                            81c200010000
                            29c8
                            31c0
                            85c0
                            39d9
                            0fafc1
                            c1e004
                            d3e8
                            48c1e820
                            f7d8
                            f7f1
                            99
                            4899
                            0fb6c0
                            0fbec9
                            4863c1
                            0f94c0
                            0f4fc1
                            50
                            58
                            4153
                            415b
                            6a10
                            6800000100
                            83ec18 4c01fc
                            83c418 4c01fc
                            8d642418 4c01fc
                            4889e5
                            4889ec
                            4883e4f0
                            4489dd 4c01fd
                            4183e3e0 4d01fb 41ffe3
                            83e0e0 4c01f8 ffd0
                            89ff 498d3c3f aa
                            89ff 498d3c3f f3ab
                            89f6 498d3437 89ff 498d3c3f f3a4
                            f20f10442408
                            f20f58c1
                            f30f59c2
                            660f28c8
                            0f28d8
                            f20f2ac0
                            f20f2cc8
                            660fefc0
                            660f6ec8
                            660f7ec1
                            66410f6f0f
                            89c0 f3410f6f0407
                            660f3800c1
                            660f3a0fc104
                            f20f38f1c1
                            f30fb8c3
                            d9442408
                            dec1
                            d9c9
                            ddd8
                            f0ff0424
                            f0480fb10c24
                            890424
                            6689442402
                            88442401
                            0fc8
                            87d9
                            0fba e003
                            fc
                            f4
                            9b
                            6690
                            0f1f4000
                            662e0f1f840000000000
                            """
                                    .lines()
                                    .toArray(String[]::new))
                    .map(Code::hex)
                    .toList();

    private GeneratedCode() {}

    /** Code of this many bundles. */
    static byte[] valid(Random random, int bundles) {
        byte[] code = new byte[bundles * Validator.BUNDLE];
        Arrays.fill(code, NOP);
        for (int bundle = 0; bundle < bundles; bundle++) {
            int end = (bundle + 1) * Validator.BUNDLE;
            int p = bundle * Validator.BUNDLE;
            while (true) {
                byte[] group = GROUPS.get(random.nextInt(GROUPS.size()));
                if (p + group.length > end) {
                    break;
                }
                System.arraycopy(group, 0, code, p, group.length);
                p += group.length;
            }
        }
        return code;
    }
}
