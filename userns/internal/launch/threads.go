package launch

import (
	"runtime"
	"sync"
)

// threadsAhead is more than pid 1 can want at one time beside those that any Go program
// has. Without a processor to run on are the one that waits for orders, the one that waits
// for signals, and the one that the runtime keeps to have signals unblocked; with it, as
// there is one processor, a single other; and whoever has just handed it on may not have
// come to rest yet.
const threadsAhead = 7

// haveThreads makes the threads that this process will want. The runtime keeps a thread
// that has nothing to do, and makes one only if it finds none of those (startm in
// runtime/proc.go, Go 1.26). With one processor their number is no matter of how many CPUs
// the machine has, or how busy they are.
func haveThreads() {
	runtime.GOMAXPROCS(1)
	var all, rested sync.WaitGroup
	all.Add(threadsAhead)
	for range threadsAhead {
		rested.Go(func() {
			runtime.LockOSThread() // nobody else runs on it until all are there
			defer runtime.UnlockOSThread()
			all.Done()
			all.Wait()
		})
	}
	rested.Wait()
}
