module snug

go 1.26.0

// Go reads the caller's cgroup and mount table at every start to count its
// processors; snug doesn't use them for long enough to care.
godebug (
	containermaxprocs=0
	updatemaxprocs=0
)

require (
	github.com/alecthomas/kong v1.17.0
	github.com/google/go-cmp v0.7.0
	golang.org/x/sys v0.49.0
)
