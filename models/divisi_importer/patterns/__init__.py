"""Recognises what exporters write out in small operators, and makes one node of it.

The nodes made here, beside ONNX's own Gelu and LayerNormalization: Silu; Glu (axis);
GroupNorm (groups, scale, offset, epsilon); ScaledAttention (scale) of query, transposed key, value.
"""

from ..onnx_graph.graph import StaticGraph
from .attention import find_attention
from .functions import find_functions
from .glu import find_glu
from .norms import find_group_norms, find_layer_norms


def find_patterns(graph: StaticGraph) -> None:
    find_functions(graph)
    find_layer_norms(graph)
    find_group_norms(graph)
    find_glu(graph)
    find_attention(graph)
    graph.remove_unread()
