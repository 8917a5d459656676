// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Starts a detached thread that runs `body` with every signal blocked that is meant for the process.
///
/// The signals that report a fault of the thread itself stay open. SIGPIPE is blocked, so that a write to a
/// closed socket is an error to its caller and not the end of the process.
///
/// A system that refuses another thread ends the process, as it does for the threads of Swift's own tasks.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
  let work = unsafe Unmanaged.passRetained(ThreadBody(name: name, run: body))
  #if canImport(Glibc) || canImport(Musl)
    var thread = pthread_t()
  #else
    var thread: pthread_t?
  #endif
  let status = unsafe pthread_create(
    &thread, nil,
    { argument in
      #if canImport(Darwin)
        let argument: UnsafeMutableRawPointer? = unsafe argument
      #endif
      guard let argument = unsafe argument else { return nil }
      let work = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
      work.main()
      return nil
    }, work.toOpaque())
  guard status == 0 else {
    unsafe work.release()
    fatalError("the system refused a thread (error \(status))")
  }
  #if canImport(Darwin)
    if let thread = unsafe thread { unsafe pthread_detach(thread) }
  #else
    pthread_detach(thread)
  #endif
}

/// What a new thread is to do, on its way to that thread.
private final class ThreadBody: Sendable {
  private let name: String
  private let run: @Sendable () -> Void

  init(name: String, run: @escaping @Sendable () -> Void) {
    self.name = name
    self.run = run
  }

  func main() {
    var blocked = sigset_t()
    unsafe sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { unsafe sigdelset(&blocked, fault) }
    unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil)
    nameCurrentThread(name)
    run()
  }
}

/// Names the calling thread for debuggers and `top`. Nothing depends on it: a refusal leaves the thread unnamed.
private func nameCurrentThread(_ name: String) {
  #if canImport(Darwin)
    _ = unsafe pthread_setname_np(name)
  #else
    // Linux's C function is hidden from Swift's import; proc(5) describes this file as its equal.
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = unsafe write(file, bytes, bytes.count)
    close(file)
  #endif
}
