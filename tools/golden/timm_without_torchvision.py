"""Imports timm where torchvision's compiled operators do not match the installed PyTorch.

timm imports torchvision for data loading and for one normalization layer. None of it is used by SE-ResNeXt, so a
module that answers every attribute with an empty class stands in for it. Import this module before timm.
"""

import importlib.abc
import importlib.machinery
import sys
import types


class _AnyMember(type):
    def __getattr__(cls, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return f'{cls.__name__}.{name}'


class _StandIn(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        value = _AnyMember(name, (), {})
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.split('.')[0] != 'torchvision':
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return _StandIn(spec.name)

    def exec_module(self, module):
        module.__version__ = '0'


sys.meta_path.insert(0, _Finder())
