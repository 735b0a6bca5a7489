// The HDF5 library as a whole: one caller at a time, silent, and every object closed again.

#if HDF5
  import CHDF5

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// The library. Distributions build it without protection against threads, so that all calls
  /// happen inside ``exclusively(_:)``.
  enum HDF5Library {
    /// A lock that a Swift 6 global can hold: the pointee never moves and is never freed, and
    /// `pthread_mutex_t` is made to be shared. This is why the unchecked `Sendable` is right.
    private struct Lock: @unchecked Sendable {
      let mutex: UnsafeMutablePointer<pthread_mutex_t>

      init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
      }
    }

    private static let lock = Lock()

    /// Runs code that calls the library. It must not call this again, and no object of the
    /// library may outlive it.
    static func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
      pthread_mutex_lock(lock.mutex)
      defer { pthread_mutex_unlock(lock.mutex) }
      lstm_hdf5_quiet()
      return try body()
    }
  }

  /// An object of the library, closed when nobody holds it any longer.
  final class HDF5Handle {
    /// The library's number for it.
    let id: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes over an object, or nil where the library gave an error in its place.
    init?(_ id: hid_t, closedBy close: @escaping (hid_t) -> herr_t) {
      guard id >= 0 else { return nil }
      (self.id, self.close) = (id, close)
    }

    deinit { _ = close(id) }
  }
#endif
