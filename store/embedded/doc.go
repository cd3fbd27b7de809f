// Package embedded is a store in one file, for the gateway on one machine:
// SQLite, translated to Go, so that the program stays one binary without C.
//
// # What is durable
//
// A write that was acknowledged is on disk. Whoever calls Write gets the answer
// after the transaction with it was committed and the log it is in was synced
// (SQLite's WAL with synchronous=FULL). So
//
//   - a killed process (SIGKILL, a panic, no memory) loses no acknowledged write;
//   - a power loss or a crashed kernel loses none either, as far as the disk
//     keeps what it has confirmed. One that lies about it can lose the last
//     writes, but the file stays readable: a torn end of the log is ignored.
//
// Writes that were under way are there entirely or not at all; nobody was told
// which.
//
// # Why that is affordable
//
// Concurrent writes share one transaction, and so one sync. Nobody is appointed
// to write: a caller that finds the file free writes for all who wait, and while
// it does, the next ones gather. So the slower the disk, the larger the groups.
// What BenchmarkWrite says of a spend row of 400 bytes, on two cores (a lone
// caller pays a sync for each write):
//
//	            time a write, ratio       time a write, ratio      processor's time
//	            (a sync takes 0.1 ms)     (a sync takes 1.5 ms)    FULL      NORMAL
//	 1 caller        115 us   1              1,660 us   1          162 us     38 us
//	16 callers        32 us   0.28             189 us   0.11        39 us     29 us
//	64 callers        21 us   0.18              56 us   0.03        24 us     23 us
//
// With synchronous=NORMAL a power loss would cost every write since the last
// checkpoint, up to a thousand pages of them. It would save a lone caller the
// wait for the disk, which is nothing beside a model's answer, and a busy server
// 3 % of a write.
//
// A group is decided in memory before anything is written: a refused write
// leaves nothing to take back and fails none of its neighbours, and an item that
// many change at once is read and written once.
//
// # What else to know
//
// Several processes may have one file open on one machine, never over a network
// file system. They take turns; who gets none for five seconds is told
// store.ErrThrottled. Reads don't wait for writes. Expiry is kept to the
// microsecond, and expired items, which nobody sees, are dropped a few at a time
// as others are written. "path", "path-wal" and "path-shm" belong together as
// long as a process has the file open: a copy is made by the sqlite3 program's
// ".backup", not by cp.
package embedded
