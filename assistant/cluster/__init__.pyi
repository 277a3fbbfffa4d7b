from .cluster import Cluster as Cluster

__all__: list[str]
