package idmap

// noID is the one 32-bit value that is not an id: system calls such as
// setresuid(2) take (uid_t)-1 for "leave as it is". The kernel never maps it,
// so the ids are 0 to noID-1, and noID of them is the most a map can hold.
const noID = 1<<32 - 1

type text interface{ ~string | ~[]byte }

// parseNumber reads a plain decimal number and tells in words what is wrong
// with anything else.
//
// Should: take only what every reader takes for the same number. shadow
// (through 4.13 at least) reads 0100000 as octal and 0x10000 as hexadecimal,
// takes blanks before a number and turns -5 into 2^64-5: all refused here.
func parseNumber[T text](s T) (n uint32, problem string) {
	if len(s) == 0 {
		return 0, "is empty"
	}
	var sum uint64
	for i := range len(s) {
		digit := s[i] - '0'
		if digit > 9 {
			return 0, "is not a decimal number"
		}
		// Held just above the limit, so that long numbers cannot wrap around.
		sum = min(sum*10+uint64(digit), noID+1)
	}
	if len(s) > 1 && s[0] == '0' {
		return 0, "has a leading zero, which shadow takes for octal"
	}
	if sum > noID {
		return 0, "is larger than 4294967295"
	}
	return uint32(sum), ""
}

// crosses tells if count ids from start on reach the value that is not an id.
func crosses(start, count uint32) bool {
	return uint64(start)+uint64(count) > noID
}

// intersects tells if two runs of ids share one.
func intersects(a, an, b, bn uint32) bool {
	return uint64(a) < uint64(b)+uint64(bn) && uint64(b) < uint64(a)+uint64(an)
}
