package cgroupv2

import "strconv"

// weigh makes sure that somebody acts on a weight among disks' users, or says why nobody
// does: it reads back as it was written in any case (tried on 6.1). Either the cost model
// is on, or the scheduler BFQ is, which has a file of its own.
func weigh(d dir, weight int) *Error {
	why, fix := noCostModel(d)
	if why == "" {
		return nil
	}
	err := d.write("io.bfq.weight", "default "+strconv.FormatUint(bfqWeight(uint64(weight)), 10))
	if none, _ := noBFQ(d); err == nil && none == "" {
		return nil
	}
	return &Error{Do: "hold", On: "io weight", Err: ErrNotEnforced, Why: why, Fix: fix}
}
