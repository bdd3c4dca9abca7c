package main

import (
	"fmt"
	"log"
	"os"
)

// steps makes the files of each step, by name.
var steps = map[string]func() (map[string][]byte, error){
	"tables":  tables,
	"default": defaults,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Panicln("gen:", err) // a status other than 0, without os.Exit, which is cmd/snug's
	}
}

func run(args []string) error {
	for _, arg := range args {
		step, ok := steps[arg]
		if !ok {
			return fmt.Errorf("unknown step %q", arg)
		}
		files, err := step()
		if err != nil {
			return fmt.Errorf("%s: %w", arg, err)
		}
		for name, text := range files {
			if err := os.WriteFile(name, text, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
