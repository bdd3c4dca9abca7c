package idmap

// String gives the extents as on a command line: 0:1000:1,1:100000:65536.
func (m Map) String() string {
	var b []byte
	for i, e := range m {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.append(b, ':')
	}
	return string(b)
}

// Procfs gives the text to write into /proc/PID/uid_map, in one write at
// offset 0; the kernel takes no second one.
func (m Map) Procfs() string { return string(m.appendProcfs(nil)) }

func (m Map) appendProcfs(b []byte) []byte {
	for _, e := range m {
		b = append(e.append(b, ' '), '\n')
	}
	return b
}
