package io.triggerflow.local.lambda;

import java.nio.charset.StandardCharsets;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Redirects a function's use of the process (environment variables, standard output, exit, virtual threads) to its {@code GuestSystem}. Stateless. */
final class SystemCalls {

    private static final String SYSTEM = "java/lang/System";
    private static final String EXECUTORS = "java/util/concurrent/Executors";
    private static final String FORKS = "newVirtualThreadPerTaskExecutor";
    private static final String GUEST = "io/triggerflow/local/lambda/guest/GuestSystem";

    private SystemCalls() {}

    /** The class with its calls redirected, or the same bytes when it makes none. */
    static byte[] redirect(byte[] bytes) {
        // A class that calls these has their names in its constant pool; a plain search spares the parsing of all
        // others.
        String pool = new String(bytes, StandardCharsets.ISO_8859_1);
        boolean system = pool.contains(SYSTEM)
                && (pool.contains("getenv") || pool.contains("exit") || pool.contains("java/io/PrintStream"));
        if (!system && !pool.contains(FORKS)) {
            return bytes;
        }
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        return new Redirecting(super.visitMethod(access, name, descriptor, signature, exceptions));
                    }
                },
                0);
        return writer.toByteArray();
    }

    private static boolean isRedirected(String owner, String name) {
        return owner.equals(SYSTEM) && (name.equals("getenv") || name.equals("exit"))
                || owner.equals(EXECUTORS) && name.equals(FORKS);
    }

    private static final class Redirecting extends MethodVisitor {
        Redirecting(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            super.visitMethodInsn(opcode, isRedirected(owner, name) ? GUEST : owner, name, descriptor, isInterface);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.GETSTATIC && owner.equals(SYSTEM) && (name.equals("out") || name.equals("err"))) {
                super.visitMethodInsn(Opcodes.INVOKESTATIC, GUEST, "out", "()Ljava/io/PrintStream;", false);
            } else {
                super.visitFieldInsn(opcode, owner, name, descriptor);
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            Object[] redirected = arguments.clone();
            for (int i = 0; i < redirected.length; i++) {
                if (redirected[i] instanceof Handle handle && isRedirected(handle.getOwner(), handle.getName())) {
                    redirected[i] = new Handle(
                            handle.getTag(), GUEST, handle.getName(), handle.getDesc(), handle.isInterface());
                }
            }
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, redirected);
        }
    }
}
