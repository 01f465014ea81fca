package io.triggerflow.tests.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Makes every call of a port a step. */
final class Stepped {
    private Stepped() {}

    static <T> T of(Class<T> port, T target, Steps steps, boolean mayFail) {
        Object proxy =
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, method, arguments) -> {
                    steps.before(method.getName(), mayFail);
                    Object answer;
                    try {
                        answer = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    steps.after(method.getName(), mayFail);
                    return answer;
                });
        return port.cast(proxy);
    }
}
