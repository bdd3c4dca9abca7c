package launch

// divide is for an entry point to jump to, see monitor_amd64.s.
//
//lint:ignore U1000 the assembler uses it
func divide()
