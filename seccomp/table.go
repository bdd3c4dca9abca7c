package seccomp

import "iter"

// named is a line of a table that is looked up by name. The tables are arrays because an
// array lies in the program's data, while a map would be built at every start.
type named[T any] struct {
	name  string
	value T
}

func find[T any](table []named[T], name string) (value T, ok bool) {
	for _, line := range table {
		if line.name == name {
			return line.value, true
		}
	}
	return value, false
}

// keys lists the names of a table.
func keys[T any](table []named[T]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range table {
			if !yield(line.name) {
				return
			}
		}
	}
}
