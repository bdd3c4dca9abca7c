package origin

// prlimit is prlimit64(0, resource, NULL, old); it returns what the kernel does.
func prlimit(resource uintptr, old *[2]uint64) int64

// roomy does nothing, with a frame of twenty kilobytes.
func roomy()

// nofile is RLIMIT_NOFILE.
const nofile = 7

func read() rlimit {
	roomy()
	var old [2]uint64
	if prlimit(nofile, &old) != 0 {
		return rlimit{}
	}
	return rlimit{old[0], old[1], true}
}
