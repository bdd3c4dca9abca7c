package launch

import (
	"encoding/binary"
	"errors"
	"io"
	"unsafe"
)

// encode gives p as it lies in memory, for another process of the same
// executable: lengths, calls, vectors, text.
func (p *Program) encode() []byte {
	calls := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(p.Calls))), len(p.Calls)*int(unsafe.Sizeof(Call{})))
	vectors := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(p.vectors))), len(p.vectors)*4)
	b := make([]byte, 0, 16+len(calls)+len(vectors)+len(p.text))
	for _, n := range []int{len(p.Calls), len(p.vectors), len(p.text), p.slots} {
		b = binary.NativeEndian.AppendUint32(b, uint32(n))
	}
	b = append(b, calls...)
	b = append(b, vectors...)
	return append(b, p.text...)
}

var errTorn = errors.New("torn program")

// decode reads what encode wrote. It allocates no more than it has read.
func decode(r io.Reader) (*Program, error) {
	b, err := io.ReadAll(r)
	if err != nil || len(b) < 16 {
		return nil, errTorn
	}
	var head [4]uint64
	for i := range head {
		head[i] = uint64(binary.NativeEndian.Uint32(b[4*i:]))
	}
	b = b[16:]
	if uint64(len(b)) != head[0]*uint64(unsafe.Sizeof(Call{}))+head[1]*4+head[2] || head[3] > head[0] {
		return nil, errTorn
	}
	p := &Program{
		Calls:   make([]Call, head[0]),
		vectors: make([]uint32, head[1]),
		text:    make([]byte, head[2]),
		slots:   int(head[3]),
	}
	calls := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(p.Calls))), len(p.Calls)*int(unsafe.Sizeof(Call{})))
	vectors := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(p.vectors))), len(p.vectors)*4)
	for _, part := range [][]byte{calls, vectors, p.text} {
		b = b[copy(part, b):]
	}
	return p, nil
}
