// Limited runs a command that is not trusted with a memory limit, and prints why it died.
//
// # Theory of operation
//
// README shows this program, so it has to be as short as it can be, and to be true: its
// test compares the two, and the tests in the emulated machine run it with a command that
// keeps below the limit and one that doesn't.
package main

import (
	"context"
	"fmt"
	"os"

	"snug/cgroupv2"
	"snug/userns"
)

func main() {
	limits := cgroupv2.LeafOptions{Limits: cgroupv2.Limits{Memory: 64 << 20}}
	cell, err := cgroupv2.NewCell(cgroupv2.CellOptions{LeafOptions: limits})
	if err == nil {
		defer cell.Close()
		err = userns.Run(context.Background(), &userns.Spec{Args: os.Args[1:], Cgroup: cell})
	}
	fmt.Println(err, "-", cell.Verdict())
}
